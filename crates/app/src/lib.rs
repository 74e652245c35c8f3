//! The composition: rooms, adapters and pages that show two rooms, put together into one program.

pub mod cli;
mod commands;
pub mod config;
mod demo;
mod flows;
mod frame;
mod registrars;
mod screens;
mod serve;
pub mod wiring;
