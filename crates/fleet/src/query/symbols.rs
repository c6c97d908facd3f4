//! Texts that many things share, such as Regions and tags, each kept once: a question looks at them once, however many have them.

use std::{collections::HashMap, sync::Arc};

/// The number of a text that is kept once.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Hash)]
pub(super) struct Symbol(u32);

impl Symbol {
    /// The empty text.
    pub(super) const NONE: Self = Self(0);

    /// As a place in what [`Symbols::each`] gave.
    pub(super) fn place(self) -> usize {
        usize::try_from(self.0).unwrap_or(usize::MAX)
    }
}

#[derive(Debug, Clone)]
struct KeptText {
    shown: Arc<str>,
    /// Where it is another one.
    lower: Option<Box<str>>,
    uses: u32,
}

/// All texts that are shared.
#[derive(Debug, Clone)]
pub(super) struct Symbols {
    kept: Vec<KeptText>,
    places: HashMap<Arc<str>, Symbol>,
    free: Vec<Symbol>,
}

impl Default for Symbols {
    fn default() -> Self {
        let nothing = KeptText {
            shown: Arc::from(""),
            lower: None,
            uses: 1,
        };
        Self {
            kept: vec![nothing],
            places: HashMap::new(),
            free: Vec::new(),
        }
    }
}

impl Symbols {
    /// The number of `text`, which is used once more.
    pub(super) fn take(&mut self, text: &str) -> Symbol {
        if text.is_empty() {
            return Symbol::NONE;
        }
        if let Some(symbol) = self.places.get(text).copied() {
            if let Some(kept) = self.kept.get_mut(symbol.place()) {
                kept.uses += 1;
            }
            return symbol;
        }
        self.keep(text)
    }

    fn keep(&mut self, text: &str) -> Symbol {
        let lower = text.to_lowercase();
        let kept = KeptText {
            shown: Arc::from(text),
            lower: (lower != text).then(|| lower.into_boxed_str()),
            uses: 1,
        };
        let symbol = self
            .free
            .pop()
            .unwrap_or_else(|| Symbol(u32::try_from(self.kept.len()).unwrap_or(u32::MAX)));
        self.places.insert(Arc::clone(&kept.shown), symbol);
        match self.kept.get_mut(symbol.place()) {
            Some(place) => *place = kept,
            None => self.kept.push(kept),
        }
        symbol
    }

    /// It is used once less; a text that nothing uses is forgotten.
    pub(super) fn release(&mut self, symbol: Symbol) {
        let Some(kept) = self
            .kept
            .get_mut(symbol.place())
            .filter(|_| symbol != Symbol::NONE)
        else {
            return;
        };
        kept.uses = kept.uses.saturating_sub(1);
        if kept.uses == 0 {
            self.places.remove(&kept.shown);
            kept.shown = Arc::from("");
            kept.lower = None;
            self.free.push(symbol);
        }
    }

    /// How many numbers there are, free ones included.
    pub(super) fn len(&self) -> usize {
        self.kept.len()
    }

    /// All texts as they are shown, by [`Symbol::place`]; free numbers have none.
    pub(super) fn all(&self) -> impl Iterator<Item = &str> {
        self.kept.iter().map(|kept| &*kept.shown)
    }

    /// What `ask` says of each text in lower case, by [`Symbol::place`].
    pub(super) fn each<T>(&self, ask: impl Fn(&str) -> T) -> Vec<T> {
        let lower = self
            .kept
            .iter()
            .map(|kept| kept.lower.as_deref().unwrap_or(&kept.shown));
        lower.map(ask).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(symbols: &Symbols) -> Vec<&str> {
        symbols.all().collect()
    }

    #[test]
    fn a_text_is_kept_once_and_as_long_as_it_is_used() {
        let mut symbols = Symbols::default();
        let (first, second) = (symbols.take("Prod"), symbols.take("Prod"));
        assert_eq!(first, second);
        assert_eq!(shown(&symbols), ["", "Prod"]);
        assert_eq!(symbols.each(str::to_owned), ["", "prod"]);
        symbols.release(first);
        assert_eq!(shown(&symbols), ["", "Prod"]);
        symbols.release(second);
        assert_eq!(shown(&symbols), ["", ""]);
        let other = symbols.take("dev");
        assert_eq!((other, symbols.take("Prod") == other), (first, false));
        symbols.release(Symbol::NONE);
        assert_eq!(symbols.take(""), Symbol::NONE);
    }
}
