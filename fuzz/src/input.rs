//! Takes an input apart.

/// What is left of an input. Beyond its end everything is 0.
pub struct Input<'a>(pub &'a [u8]);

impl<'a> Input<'a> {
    pub fn byte(&mut self) -> u8 {
        let Some((first, rest)) = self.0.split_first() else { return 0 };
        self.0 = rest;
        *first
    }

    pub fn number(&mut self) -> u16 {
        u16::from_le_bytes([self.byte(), self.byte()])
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes that many bytes, or what there is.
    pub fn bytes(&mut self, length: usize) -> &'a [u8] {
        let (taken, rest) = self.0.split_at(length.min(self.0.len()));
        self.0 = rest;
        taken
    }

    /// Takes what stands before the next line break.
    pub fn line(&mut self) -> &'a [u8] {
        let end = self.0.iter().position(|byte| *byte == b'\n').unwrap_or(self.0.len());
        let line = self.bytes(end);
        self.byte();
        line
    }
}

/// Returns some bytes as text, also where they are none.
pub fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Damages a file in the ways that the input says.
pub fn damage(bytes: &mut Vec<u8>, input: &mut Input<'_>) {
    while !input.is_empty() && !bytes.is_empty() {
        let (how, at) = (input.byte(), usize::from(input.number()) % bytes.len());
        let until = |length: u8| (at + usize::from(length)).min(bytes.len());
        match how % 10 {
            0 => bytes[at] ^= 1 << (how / 32),
            1 => bytes[at] = input.byte(),
            2 => bytes.truncate(at),
            3 => drop(bytes.drain(at..until(input.byte()))),
            4 => {
                let twice = bytes[at..until(input.byte())].to_vec();
                bytes.splice(at..at, twice);
            }
            5 => {
                let length = usize::from(input.byte() % 32);
                bytes.splice(at..at, input.bytes(length).iter().copied());
            }
            6 => {
                let moved: Vec<u8> = bytes.drain(at..until(input.byte())).collect();
                let to = usize::from(input.number()) % (bytes.len() + 1);
                bytes.splice(to..to, moved);
            }
            7 => {
                let end = until(input.byte());
                bytes[at..end].fill(input.byte());
            }
            8 => bytes.extend(std::iter::repeat_n(input.byte(), usize::from(input.number()))),
            // Within the header, whatever the length.
            _ => {
                let at = at % 700.min(bytes.len());
                bytes[at] = input.byte();
            }
        }
    }
}
