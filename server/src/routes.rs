//! Routes that are no MCP.

pub(crate) mod status;
