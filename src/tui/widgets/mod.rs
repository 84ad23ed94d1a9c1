//! Small things that screens are drawn with. Text from outside passes [`crate::shown`] in them.

pub mod ascii;
pub mod asking;
pub mod big;
pub mod choice;
pub mod code;
pub mod countdown;
pub mod form;
pub mod frame;
pub mod heading;
pub mod hint_line;
pub mod label;
pub mod marked_row;
pub mod page;
pub mod panel;
pub mod picker;
pub mod progress;
pub mod qr;
pub mod reading;
pub mod rows;
pub mod text_field;
