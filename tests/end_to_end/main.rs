//! What countersign promises, tested with the real binary.
