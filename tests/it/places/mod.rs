//! Places of addresses and names of devices, as people see them.

mod devices;
mod files;
mod pages;
