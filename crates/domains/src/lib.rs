#![doc = include_str!("../README.md")]

pub mod offers;
pub mod ports;
