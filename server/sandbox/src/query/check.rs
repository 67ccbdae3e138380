//! Checks a parsed query against the fields of a dialect and the values of a site.
//! The result can be run without meeting an unknown name.

use jiff::Timestamp;

use super::parse::parse;
use super::syntax::{Condition, Direction, Operator, Query, Sense, Term};
use super::{Context, Field, Kind, Language, QueryError, time};

/// A query that makes sense, ready to run.
pub(crate) struct Plan {
    pub(super) test: Option<Test>,
    pub(super) order: Vec<(&'static str, Direction)>,
}

/// A checked condition.
pub(super) enum Test {
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
    /// Has one of these names; a field without value has none and is not `Unlike` either.
    Named {
        field: &'static str,
        among: Vec<String>,
        sense: Sense,
    },
    Words {
        field: &'static str,
        wanted: String,
        sense: Sense,
    },
    Empty {
        field: &'static str,
        kind: Kind,
        sense: Sense,
    },
    Time {
        field: &'static str,
        operator: Operator,
        than: Timestamp,
    },
}

/// Whether values that do not exist are refused; `Lenient` is `validateQuery=false`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Strictness {
    Strict,
    Lenient,
}

impl Plan {
    /// Whether nothing restricts the result, which Jira Cloud refuses.
    pub(crate) fn is_unbounded(&self) -> bool {
        self.test.is_none()
    }

    pub(super) fn check(
        text: &str,
        language: Language,
        fields: &'static [Field],
        context: &dyn Context,
        strictness: Strictness,
    ) -> Result<Self, QueryError> {
        let Query { condition, order } = parse(text, language)?;
        let checker = Checker {
            language,
            fields,
            context,
            strictness,
        };
        let test = condition
            .map(|condition| checker.condition(condition))
            .transpose()?;
        let by = |(name, direction): (String, Direction)| {
            checker
                .field(&name)
                .map(|field| (field.names[0], direction))
        };
        let order = order.into_iter().map(by).collect::<Result<_, _>>()?;
        Ok(Self { test, order })
    }
}

struct Checker<'a> {
    language: Language,
    fields: &'static [Field],
    context: &'a dyn Context,
    strictness: Strictness,
}

impl Checker<'_> {
    fn condition(&self, condition: Condition) -> Result<Test, QueryError> {
        let boxed = |condition: Condition| self.condition(condition).map(Box::new);
        Ok(match condition {
            Condition::And(left, right) => Test::And(boxed(*left)?, boxed(*right)?),
            Condition::Or(left, right) => Test::Or(boxed(*left)?, boxed(*right)?),
            Condition::Not(inner) => Test::Not(boxed(*inner)?),
            Condition::Clause {
                field,
                operator,
                operands,
            } => self.clause(self.field(&field)?, operator, &operands)?,
        })
    }

    fn field(&self, name: &str) -> Result<&'static Field, QueryError> {
        let is_called = |field: &&Field| field.names.iter().any(|n| n.eq_ignore_ascii_case(name));
        self.fields.iter().find(is_called).ok_or_else(|| {
            QueryError(match self.language {
                Language::Jql => format!(
                    "Field '{name}' does not exist or you do not have permission to view it."
                ),
                Language::Cql => format!("Could not parse cql : no field exists with name: {name}"),
            })
        })
    }

    fn clause(
        &self,
        of: &'static Field,
        operator: Operator,
        operands: &[Term],
    ) -> Result<Test, QueryError> {
        use Operator as Op;
        let (kind, field, sense) = (of.kind, of.names[0], operator.sense());
        let one = operands.first().unwrap_or(&Term::Empty);
        let of_equality = matches!(operator, Op::Equals | Op::NotEquals | Op::Is | Op::IsNot);
        if of_equality && one.means_nothing(field) {
            return Ok(Test::Empty { field, kind, sense });
        }
        match (kind, operator) {
            (Kind::Name | Kind::Title, Op::Equals | Op::NotEquals | Op::In | Op::NotIn) => {
                let among = operands.iter().map(|term| self.name(of, term));
                let among = among.collect::<Result<_, _>>()?;
                Ok(Test::Named {
                    field,
                    among,
                    sense,
                })
            }
            (Kind::Text | Kind::Title, Op::Contains | Op::NotContains) => {
                let wanted = self.value(one)?;
                Ok(Test::Words {
                    field,
                    wanted,
                    sense,
                })
            }
            (Kind::Moment, _) if operator.is_temporal() => {
                let than = self.moment(of, one)?;
                Ok(Test::Time {
                    field,
                    operator,
                    than,
                })
            }
            _ => Err(self.unsupported(of, operator)),
        }
    }

    fn name(&self, field: &Field, term: &Term) -> Result<String, QueryError> {
        if term.means_nothing(field.names[0]) {
            return Ok(String::new());
        }
        let shown = self.value(term)?;
        let value = shown.to_lowercase();
        let checked = field.kind == Kind::Name && self.strictness == Strictness::Strict;
        if !checked || self.context.knows(field.names[0], &value) {
            return Ok(value);
        }
        let field = field.names[0];
        Err(QueryError(match self.language {
            Language::Jql if field == "key" => {
                format!("An issue with key '{shown}' does not exist for field 'key'.")
            }
            Language::Jql => {
                format!("The value '{shown}' does not exist for the field '{field}'.")
            }
            Language::Cql => {
                format!("Could not parse cql : unsupported value for field {field}: {shown}")
            }
        }))
    }

    /// The text of a term, functions resolved.
    fn value(&self, term: &Term) -> Result<String, QueryError> {
        match term {
            Term::Text(text) => Ok(text.clone()),
            Term::Empty => Ok(String::new()),
            Term::Function { name, arguments }
                if name.eq_ignore_ascii_case("currentUser") && arguments.is_empty() =>
            {
                Ok(self.context.current_user())
            }
            Term::Function { name, .. } => Err(self.no_function(name)),
        }
    }

    fn moment(&self, field: &Field, term: &Term) -> Result<Timestamp, QueryError> {
        let now = self.context.now();
        let read = match term {
            Term::Text(text) => time::read(text, now),
            Term::Function { name, arguments } if name.eq_ignore_ascii_case("now") => {
                match arguments.first() {
                    None => Some(now),
                    Some(distance) => time::distance(distance, now),
                }
            }
            Term::Function { name, .. } => return Err(self.no_function(name)),
            Term::Empty => None,
        };
        let name = field.names[0];
        read.ok_or_else(|| {
            QueryError(match self.language {
                Language::Jql => format!(
                    "Date value for field '{name}' is invalid. Valid formats include: \
                     'yyyy/MM/dd HH:mm', 'yyyy-MM-dd HH:mm', 'yyyy/MM/dd', 'yyyy-MM-dd', or a \
                     period format e.g. '-5d', '4w 2d'."
                ),
                Language::Cql => format!("Could not parse cql : invalid date for field {name}"),
            })
        })
    }

    fn no_function(&self, name: &str) -> QueryError {
        QueryError(match self.language {
            Language::Jql => format!("Unable to find JQL function '{name}()'."),
            Language::Cql => format!("Could not parse cql : no function exists with name: {name}"),
        })
    }

    fn unsupported(&self, field: &Field, operator: Operator) -> QueryError {
        let (operator, field) = (operator.shown(), field.names[0]);
        QueryError(match self.language {
            Language::Jql => {
                format!("The operator '{operator}' is not supported by the '{field}' field.")
            }
            Language::Cql => {
                format!("Could not parse cql : operator {operator} does not fit field {field}")
            }
        })
    }
}
