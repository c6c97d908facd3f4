//! From the text of a question to what it says, and which part of the text is what.

use std::{iter::Peekable, ops::Range, vec};

use super::{
    expression::{Expression, Term},
    letters::{Letter, Lexeme, Placed, lexemes},
    span::{Role, Span, UnknownKey},
    word::{Reading, read_word},
};

/// A question, read.
#[derive(Debug, Default)]
pub(super) struct Parsed {
    /// None where it asks for nothing.
    pub(super) expression: Option<Expression>,
    pub(super) spans: Vec<Span>,
    pub(super) unknown_keys: Vec<UnknownKey>,
}

/// Reads a question; every text is one.
pub(super) fn parse(text: &str) -> Parsed {
    let mut parser = QuestionParser {
        lexemes: lexemes(text).into_iter().peekable(),
        parsed: Parsed::default(),
    };
    let mut parts = Vec::new();
    while parser.lexemes.peek().is_some() {
        parts.extend(parser.any());
        // What is left begins with a parenthesis that closes nothing: it was passed over.
        parser.sign(|lexeme| *lexeme == Lexeme::Close);
    }
    parser.parsed.expression = Expression::all(parts);
    parser.parsed.spans = without_gaps(parser.parsed.spans, text.len());
    parser.parsed
}

struct QuestionParser {
    lexemes: Peekable<vec::IntoIter<Placed>>,
    parsed: Parsed,
}

impl QuestionParser {
    /// Alternatives, up to the end or to a closing parenthesis.
    fn any(&mut self) -> Option<Expression> {
        let mut alternatives: Vec<Expression> = self.all().into_iter().collect();
        while self.sign(|lexeme| *lexeme == Lexeme::Or).is_some() {
            alternatives.extend(self.all());
        }
        Expression::any(alternatives)
    }

    /// Conditions that must all match. What is unfinished is none.
    fn all(&mut self) -> Option<Expression> {
        let mut parts = Vec::new();
        loop {
            while self.sign(|lexeme| *lexeme == Lexeme::And).is_some() {}
            let negated = self.negations();
            match self.one() {
                Some(read) => parts.extend(read.map(|part| if negated { negation(part) } else { part })),
                None if self.is_end_of_all() => return Expression::all(parts),
                None => {}
            }
        }
    }

    fn is_end_of_all(&mut self) -> bool {
        self.lexemes
            .peek()
            .is_none_or(|placed| matches!(placed.lexeme, Lexeme::Or | Lexeme::Close))
    }

    /// Takes `not` and minus signs: whether their number is odd. A minus sign that stands alone is none.
    fn negations(&mut self) -> bool {
        let mut negated = false;
        while let Some(range) = self.sign(|lexeme| *lexeme == Lexeme::Not) {
            let is_minus = range.len() == 1;
            let is_attached = self.lexemes.peek().is_some_and(|next| next.from == range.end);
            negated ^= !is_minus || is_attached;
        }
        negated
    }

    /// A word, or what stands in parentheses; the inner `None` is one that asks for nothing.
    fn one(&mut self) -> Option<Option<Expression>> {
        if self.sign(|lexeme| *lexeme == Lexeme::Open).is_some() {
            let inner = self.any();
            self.sign(|lexeme| *lexeme == Lexeme::Close);
            return Some(inner);
        }
        let placed = self
            .lexemes
            .next_if(|placed| matches!(placed.lexeme, Lexeme::Word(_)))?;
        let Lexeme::Word(letters) = placed.lexeme else {
            return None;
        };
        Some(self.word(&letters, placed.from..placed.to))
    }

    fn word(&mut self, letters: &[Letter], range: Range<usize>) -> Option<Expression> {
        let Reading {
            condition,
            negated,
            spans,
            unknown_key,
        } = read_word(letters, &range);
        self.parsed.spans.extend(spans);
        self.parsed.unknown_keys.extend(unknown_key);
        let term = Expression::Term(Term {
            condition: condition?,
            from: range.start,
            to: range.end,
        });
        Some(if negated { negation(term) } else { term })
    }

    /// Takes the next lexeme if it is this sign.
    fn sign(&mut self, is: impl Fn(&Lexeme) -> bool) -> Option<Range<usize>> {
        let placed = self.lexemes.next_if(|placed| is(&placed.lexeme))?;
        let range = placed.from..placed.to;
        self.parsed.spans.push(Span {
            range: range.clone(),
            role: Role::Operator,
        });
        Some(range)
    }
}

/// The opposite; twice is none.
fn negation(part: Expression) -> Expression {
    match part {
        Expression::Not(inner) => *inner,
        other @ (Expression::Term(_) | Expression::All(_) | Expression::Any(_)) => {
            Expression::Not(Box::new(other))
        }
    }
}

fn without_gaps(spans: Vec<Span>, end: usize) -> Vec<Span> {
    let mut filled = Vec::with_capacity(spans.len() * 2 + 1);
    let mut at = 0;
    let fill = |filled: &mut Vec<Span>, from: usize, to: usize| {
        if from < to {
            filled.push(Span {
                range: from..to,
                role: Role::Space,
            });
        }
    };
    for span in spans.into_iter().filter(|span| !span.range.is_empty()) {
        fill(&mut filled, at, span.range.start);
        at = span.range.end;
        filled.push(span);
    }
    fill(&mut filled, at, end);
    filled
}
