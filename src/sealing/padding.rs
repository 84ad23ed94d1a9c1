//! How large a payload is made, so that the file's size does not tell how many accounts there are.

/// Up to here a payload is a multiple of `SMALL_STEP`; beyond, each size is a quarter larger than the one before.
const SMALL_END: usize = 64 << 10;
const SMALL_STEP: usize = 4 << 10;

/// Returns the size of the payload that holds this many bytes.
pub(super) fn padded_length(needed: usize) -> usize {
    let mut size = needed.min(SMALL_END).next_multiple_of(SMALL_STEP);
    while size < needed {
        size = (size + size / 4).next_multiple_of(SMALL_STEP);
    }
    size
}

#[cfg(test)]
mod tests {
    use super::padded_length;

    #[test]
    fn steps_are_four_kib_and_then_a_quarter() {
        assert_eq!(padded_length(1), 4096);
        assert_eq!(padded_length(4096), 4096);
        assert_eq!(padded_length(4097), 8192);
        assert_eq!(padded_length(65536), 65536);
        assert_eq!(padded_length(65537), 81920);
        assert_eq!(padded_length(81921), 102_400);
        assert_eq!(padded_length(102_401), 131_072);
        for needed in (1..20_000_000).step_by(9_973) {
            let size = padded_length(needed);
            assert!(size >= needed && size.is_multiple_of(4096));
            assert!(needed <= 65536 || size <= needed + needed / 4 + 4096, "{needed} became {size}");
        }
    }
}
