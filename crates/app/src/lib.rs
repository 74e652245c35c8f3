//! The composition: rooms, adapters and pages that show two rooms, put together into one program.

pub mod cli;
mod commands;
pub mod config;
mod database;
mod demo;
mod flows;
mod frame;
mod outside;
mod price_sources;
mod registrars;
mod screens;
mod serve;
pub mod wiring;
