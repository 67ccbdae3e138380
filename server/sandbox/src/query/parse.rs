//! Builds the condition and the order of a query from its tokens.
//! Whether fields and values exist is checked afterwards.

use super::syntax::{Condition, Direction, Operator, Query, Term};
use super::token::{Token, TokenKind, tokens};
use super::{Language, QueryError};

pub(super) fn parse(text: &str, language: Language) -> Result<Query, QueryError> {
    let mut parser = Parser {
        tokens: tokens(text, language)?,
        next: 0,
        language,
    };
    let condition = match parser.peek() {
        None => None,
        Some(_) if parser.at_word("order") => None,
        Some(_) => Some(parser.either()?),
    };
    let order = if parser.take_word("order") {
        parser.order()?
    } else {
        Vec::new()
    };
    match parser.peek() {
        None => Ok(Query { condition, order }),
        Some(_) => Err(parser.unexpected("either 'OR' or 'AND'")),
    }
}

struct Parser {
    tokens: Vec<Token>,
    next: usize,
    language: Language,
}

impl Parser {
    fn peek(&self) -> Option<&TokenKind> {
        self.tokens.get(self.next).map(|token| &token.kind)
    }

    fn take(&mut self) -> Option<TokenKind> {
        let token = self.tokens.get(self.next)?;
        self.next += 1;
        Some(token.kind.clone())
    }

    fn at_word(&self, word: &str) -> bool {
        matches!(self.peek(), Some(TokenKind::Word(text)) if text.eq_ignore_ascii_case(word))
    }

    fn take_word(&mut self, word: &str) -> bool {
        let there = self.at_word(word);
        self.next += usize::from(there);
        there
    }

    fn take_sign(&mut self, sign: &str) -> bool {
        let there = matches!(self.peek(), Some(TokenKind::Sign(text)) if *text == sign);
        self.next += usize::from(there);
        there
    }

    fn expect_sign(&mut self, sign: &str) -> Result<(), QueryError> {
        if self.take_sign(sign) {
            Ok(())
        } else {
            Err(self.unexpected(&format!("'{sign}'")))
        }
    }

    fn either(&mut self) -> Result<Condition, QueryError> {
        let mut left = self.both()?;
        while self.take_word("or") {
            left = Condition::Or(Box::new(left), Box::new(self.both()?));
        }
        Ok(left)
    }

    fn both(&mut self) -> Result<Condition, QueryError> {
        let mut left = self.negation()?;
        while self.take_word("and") {
            left = Condition::And(Box::new(left), Box::new(self.negation()?));
        }
        Ok(left)
    }

    fn negation(&mut self) -> Result<Condition, QueryError> {
        if self.take_word("not") {
            return Ok(Condition::Not(Box::new(self.negation()?)));
        }
        if self.take_sign("(") {
            let inner = self.either()?;
            self.expect_sign(")")?;
            return Ok(inner);
        }
        self.clause()
    }

    fn clause(&mut self) -> Result<Condition, QueryError> {
        let field = match self.peek() {
            Some(TokenKind::Word(text) | TokenKind::Quoted(text)) => text.clone(),
            _ => return Err(self.unexpected("a field name")),
        };
        self.next += 1;
        let operator = self.operator()?;
        let operands = match operator {
            Operator::In | Operator::NotIn => self.list()?,
            _ => vec![self.term()?],
        };
        Ok(Condition::Clause {
            field,
            operator,
            operands,
        })
    }

    fn operator(&mut self) -> Result<Operator, QueryError> {
        if let Some(TokenKind::Sign(sign)) = self.peek()
            && let Some(operator) = Operator::of_sign(sign)
        {
            self.next += 1;
            return Ok(operator);
        }
        if self.take_word("in") {
            return Ok(Operator::In);
        }
        if self.take_word("is") {
            let negated = self.take_word("not");
            return Ok(if negated {
                Operator::IsNot
            } else {
                Operator::Is
            });
        }
        if self.take_word("not") && self.take_word("in") {
            return Ok(Operator::NotIn);
        }
        Err(self.unexpected("an operator ('=', '!=', '~', '!~', '<', '<=', '>', '>=', 'in', 'is')"))
    }

    fn list(&mut self) -> Result<Vec<Term>, QueryError> {
        self.expect_sign("(")?;
        let mut terms = vec![self.term()?];
        while self.take_sign(",") {
            terms.push(self.term()?);
        }
        self.expect_sign(")")?;
        Ok(terms)
    }

    fn term(&mut self) -> Result<Term, QueryError> {
        match self.peek() {
            Some(TokenKind::Quoted(text)) => {
                let text = text.clone();
                self.next += 1;
                Ok(Term::Text(text))
            }
            Some(TokenKind::Word(text)) => {
                let text = text.clone();
                self.next += 1;
                self.word_term(text)
            }
            _ => Err(self.unexpected("a value, list or function")),
        }
    }

    fn word_term(&mut self, word: String) -> Result<Term, QueryError> {
        if self.take_sign("(") {
            let mut arguments = Vec::new();
            while !self.take_sign(")") {
                match self.take() {
                    Some(TokenKind::Word(text) | TokenKind::Quoted(text)) => arguments.push(text),
                    Some(TokenKind::Sign(",")) => {}
                    _ => return Err(self.unexpected("')'")),
                }
            }
            return Ok(Term::Function {
                name: word,
                arguments,
            });
        }
        let empty = word.eq_ignore_ascii_case("empty") || word.eq_ignore_ascii_case("null");
        Ok(if empty { Term::Empty } else { Term::Text(word) })
    }

    fn order(&mut self) -> Result<Vec<(String, Direction)>, QueryError> {
        if !self.take_word("by") {
            return Err(self.unexpected("'BY'"));
        }
        let mut order = Vec::new();
        loop {
            let Some(TokenKind::Word(field) | TokenKind::Quoted(field)) = self.take() else {
                return Err(self.unexpected("a field name to order by"));
            };
            let descending = self.take_word("desc");
            if !descending {
                self.take_word("asc");
            }
            let direction = if descending {
                Direction::Descending
            } else {
                Direction::Ascending
            };
            order.push((field, direction));
            if !self.take_sign(",") {
                return Ok(order);
            }
        }
    }

    fn unexpected(&self, wanted: &str) -> QueryError {
        let found = self.tokens.get(self.next);
        let got = found.map_or("the end of the query", |token| token.kind.shown());
        let column = found.map_or(0, |token| token.column);
        QueryError(match self.language {
            Language::Jql if found.is_none() => {
                format!("Error in the JQL Query: Expecting {wanted} before the end of the query.")
            }
            Language::Jql => format!(
                "Error in the JQL Query: Expecting {wanted} but got '{got}'. (line 1, character \
                 {column})"
            ),
            Language::Cql => {
                format!("Could not parse cql : expecting {wanted} but got {got} (at {column})")
            }
        })
    }
}
