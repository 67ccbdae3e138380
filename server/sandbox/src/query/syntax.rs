//! The parts of a parsed query.
//! How text becomes them, and what is done with them, is elsewhere.

/// A query as written.
pub(super) struct Query {
    pub(super) condition: Option<Condition>,
    pub(super) order: Vec<(String, Direction)>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Direction {
    Ascending,
    Descending,
}

pub(super) enum Condition {
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
    Clause {
        field: String,
        operator: Operator,
        operands: Vec<Term>,
    },
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Operator {
    Equals,
    NotEquals,
    Contains,
    NotContains,
    In,
    NotIn,
    Is,
    IsNot,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// Whether an operator finds what fits or what does not.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sense {
    Like,
    Unlike,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Term {
    Text(String),
    Function {
        name: String,
        arguments: Vec<String>,
    },
    Empty,
}

impl Term {
    /// `EMPTY`, and JQL's own word for an issue without resolution.
    pub(super) fn means_nothing(&self, field: &str) -> bool {
        match self {
            Self::Empty => true,
            Self::Text(text) => field == "resolution" && text.eq_ignore_ascii_case("unresolved"),
            Self::Function { .. } => false,
        }
    }
}

impl Operator {
    pub(super) fn sense(self) -> Sense {
        match self {
            Self::NotEquals | Self::NotContains | Self::NotIn | Self::IsNot => Sense::Unlike,
            _ => Sense::Like,
        }
    }

    /// Whether it can compare points in time.
    pub(super) fn is_temporal(self) -> bool {
        matches!(
            self,
            Self::Equals
                | Self::NotEquals
                | Self::Less
                | Self::LessOrEqual
                | Self::Greater
                | Self::GreaterOrEqual
        )
    }

    pub(super) fn shown(self) -> &'static str {
        match self {
            Self::Equals => "=",
            Self::NotEquals => "!=",
            Self::Contains => "~",
            Self::NotContains => "!~",
            Self::In => "in",
            Self::NotIn => "not in",
            Self::Is => "is",
            Self::IsNot => "is not",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        }
    }

    /// The operator written with this sign.
    pub(super) fn of_sign(sign: &str) -> Option<Self> {
        let signs = [
            Self::Equals,
            Self::NotEquals,
            Self::Contains,
            Self::NotContains,
            Self::Less,
            Self::LessOrEqual,
            Self::Greater,
            Self::GreaterOrEqual,
        ];
        signs.into_iter().find(|operator| operator.shown() == sign)
    }
}
