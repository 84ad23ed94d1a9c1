//! The screens: keys in, pictures and effects out.

mod keys;
mod list;
