//! What countersign promises, tested in memory.
