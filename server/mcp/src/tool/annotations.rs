//! What a tool may do to the world, in the terms of MCP's tool annotations.

use serde::ser::{Serialize, SerializeStruct as _, Serializer};

/// What a host may assume about a tool (MCP schema, `ToolAnnotations`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Annotations {
    /// What a call may change.
    pub effect: Effect,
    /// Whom a call may reach.
    pub reach: Reach,
}

/// What a call may change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Effect {
    /// Nothing.
    ReadOnly,
    /// It adds something; repeating it adds another.
    Additive,
    /// It changes or removes something; repeating it changes nothing more.
    DestructiveIdempotent,
    /// It changes or removes something; repeating it does so again.
    Destructive,
}

/// Whom a call may reach.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reach {
    /// What other people write there too: its text is not the user's own.
    OpenWorld,
    /// Only this server's own knowledge.
    ClosedWorld,
}

impl Serialize for Annotations {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let destructive = matches!(
            self.effect,
            Effect::Destructive | Effect::DestructiveIdempotent
        );
        let idempotent = matches!(
            self.effect,
            Effect::ReadOnly | Effect::DestructiveIdempotent
        );
        let mut members = serializer.serialize_struct("ToolAnnotations", 4)?;
        members.serialize_field("readOnlyHint", &(self.effect == Effect::ReadOnly))?;
        members.serialize_field("destructiveHint", &destructive)?;
        members.serialize_field("idempotentHint", &idempotent)?;
        members.serialize_field("openWorldHint", &(self.reach == Reach::OpenWorld))?;
        members.end()
    }
}
