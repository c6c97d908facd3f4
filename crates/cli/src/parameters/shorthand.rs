//! The AWS CLI's shorthand for a map of lists of texts: `host=db.internal,portNumber=5432`, `a=1,2`, `a=[1,2]`, `a="x,y"`.
//!
//! A comma stands between the values of a list and between keys; it belongs to the next key where an `=` follows the
//! value behind it. Quotes are single or double and keep commas; outside of them `\,` is a comma.

/// The parameters in the order given.
pub(super) fn parse(text: &str) -> Result<Vec<(String, Vec<String>)>, String> {
    let mut reader = Reader { text, at: 0 };
    let mut all: Vec<(String, Vec<String>)> = Vec::new();
    loop {
        let name = reader.key()?;
        if all.iter().any(|(known, _)| *known == name) {
            return Err(format!("{name} is there twice; a list is {name}=[one,two]"));
        }
        let values = reader.values(&name)?;
        all.push((name, values));
        if reader.rest().is_empty() {
            return Ok(all);
        }
        reader.expect(',')?;
    }
}

struct Reader<'a> {
    text: &'a str,
    /// In bytes, on a character's boundary.
    at: usize,
}

impl Reader<'_> {
    fn rest(&self) -> &str {
        self.text.get(self.at..).unwrap_or_default()
    }

    fn next(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn skip_space(&mut self) {
        self.at += self.rest().len() - self.rest().trim_start().len();
    }

    /// One character with space around it.
    fn expect(&mut self, wanted: char) -> Result<(), String> {
        self.skip_space();
        match self.next() {
            Some(found) if found == wanted => {
                self.at += wanted.len_utf8();
                self.skip_space();
                Ok(())
            }
            Some(found) => Err(self.error(&format!("'{wanted}' is missing before '{found}'"))),
            None => Err(self.error(&format!("'{wanted}' is missing at the end"))),
        }
    }

    fn error(&self, what: &str) -> String {
        let before = self.text.get(..self.at).unwrap_or_default();
        format!("{what} (character {})", before.chars().count() + 1)
    }

    fn take_while(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let taken: String = self.rest().chars().take_while(|c| belongs(*c)).collect();
        self.at += taken.len();
        taken
    }

    fn key(&mut self) -> Result<String, String> {
        let key = self.take_while(|c| c.is_ascii_alphanumeric() || "-_.#/:".contains(c));
        if key.is_empty() {
            return Err(self.error("the name of a parameter is missing"));
        }
        if self.rest().trim_start().starts_with("@=") {
            return Err(self.error("values from files (@=) are not read"));
        }
        self.expect('=')?;
        Ok(key)
    }

    fn values(&mut self, name: &str) -> Result<Vec<String>, String> {
        match self.next() {
            None => Ok(vec![String::new()]),
            Some('[') => self.explicit_list(),
            Some('{') => Err(format!(
                "the value of {name} is an object, not a text or a list of texts"
            )),
            Some(_) => self.bare_list(),
        }
    }

    fn explicit_list(&mut self) -> Result<Vec<String>, String> {
        self.expect('[')?;
        let mut values = Vec::new();
        while self.next() != Some(']') {
            if let Some(nested @ ('[' | '{')) = self.next() {
                return Err(self.error(&format!("'{nested}' begins something in a list that is no text")));
            }
            values.push(self.first_value()?);
            self.skip_space();
            if self.next() != Some(']') {
                self.expect(',')?;
            }
        }
        self.expect(']')?;
        Ok(values)
    }

    /// One value, or several with commas; ends before the comma of the next key.
    fn bare_list(&mut self) -> Result<Vec<String>, String> {
        let mut values = vec![self.first_value()?];
        loop {
            self.skip_space();
            if self.next() != Some(',') {
                return Ok(values);
            }
            let comma = self.at;
            self.expect(',')?;
            let value = self.further_value();
            self.skip_space();
            match (value, self.next()) {
                (Ok(value), None | Some(',')) => values.push(value),
                // The name of the next parameter, or an error that is found when it is read as one.
                (_, Some(_)) => {
                    self.at = comma;
                    return Ok(values);
                }
                (Err(error), None) => return Err(error),
            }
        }
    }

    fn first_value(&mut self) -> Result<String, String> {
        match self.next() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote),
            Some(c) if begins_a_word(c) || self.rest().starts_with(r"\,") => {
                Ok(self.word(|c| !matches!(c, '"' | '\'' | ',' | ']' | '}')))
            }
            Some(_) | None => Ok(String::new()),
        }
    }

    fn further_value(&mut self) -> Result<String, String> {
        match self.next() {
            Some(quote @ ('\'' | '"')) => self.quoted(quote),
            Some(c) if begins_a_word(c) || self.rest().starts_with(r"\,") => {
                Ok(self.word(|c| !matches!(c, '"' | '\'' | ',' | '=')))
            }
            Some(_) | None => Err(self.error("a value is missing")),
        }
    }

    /// The first character belongs in any case.
    fn word(&mut self, belongs: impl Fn(char) -> bool) -> String {
        let mut word = String::new();
        loop {
            if self.rest().starts_with(r"\,") {
                word.push(',');
                self.at += 2;
                continue;
            }
            match self.next() {
                Some(c) if word.is_empty() || belongs(c) => {
                    word.push(c);
                    self.at += c.len_utf8();
                }
                Some(_) | None => return word.trim_end().to_owned(),
            }
        }
    }

    /// In quotes, `\` keeps the quote and itself.
    fn quoted(&mut self, quote: char) -> Result<String, String> {
        let mut value = String::new();
        let mut characters = self.rest().char_indices().skip(1);
        while let Some((at, c)) = characters.next() {
            match c {
                '\\' => match characters.next() {
                    Some((_, kept)) if kept == quote || kept == '\\' => value.push(kept),
                    Some((_, kept)) => value.extend(['\\', kept]),
                    None => break,
                },
                c if c == quote => {
                    self.at += at + c.len_utf8();
                    return Ok(value);
                }
                c => value.push(c),
            }
        }
        Err(self.error(&format!("the quote {quote} is not closed")))
    }
}

fn begins_a_word(c: char) -> bool {
    !c.is_whitespace() && !c.is_control() && !matches!(c, '"' | '\'' | ',' | '=' | '[' | '{')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pairs(expected: &[(&str, &[&str])]) -> Vec<(String, Vec<String>)> {
        let list = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect();
        expected
            .iter()
            .map(|(name, values)| ((*name).to_owned(), list(values)))
            .collect()
    }

    /// What the AWS CLI 1.46.2 made of each.
    #[test]
    fn it_is_read_as_the_aws_cli_reads_it() {
        type Case = (&'static str, &'static [(&'static str, &'static [&'static str])]);
        let cases: &[Case] = &[
            ("portNumber=22", &[("portNumber", &["22"])]),
            (
                "portNumber=80,localPortNumber=8080",
                &[("portNumber", &["80"]), ("localPortNumber", &["8080"])],
            ),
            (
                "portNumber = 80 , host = db",
                &[("portNumber", &["80"]), ("host", &["db"])],
            ),
            ("a=1,2", &[("a", &["1", "2"])]),
            ("a=1,2,b=3", &[("a", &["1", "2"]), ("b", &["3"])]),
            ("a=[1,2]", &[("a", &["1", "2"])]),
            ("a=[1, 2],b=[]", &[("a", &["1", "2"]), ("b", &[])]),
            ("a=", &[("a", &[""])]),
            ("a=,b=2", &[("a", &[""]), ("b", &["2"])]),
            (r#"command="ls -l, pwd""#, &[("command", &["ls -l, pwd"])]),
            ("command='it\\'s'", &[("command", &["it's"])]),
            (r#"command="a \"b\" \\ \n""#, &[("command", &[r#"a "b" \ \n"#])]),
            ("command=ls -l /tmp", &[("command", &["ls -l /tmp"])]),
            ("command=x=y", &[("command", &["x=y"])]),
            (r"command=a\,b,c", &[("command", &["a,b", "c"])]),
            ("a='1','2'", &[("a", &["1", "2"])]),
            ("a=['1,2',3]", &[("a", &["1,2", "3"])]),
            ("a=1,b]c", &[("a", &["1", "b]c"])]),
        ];
        for (text, expected) in cases {
            assert_eq!(parse(text), Ok(pairs(expected)), "{text}");
        }
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        for (text, why) in [
            ("", "the name of a parameter is missing (character 1)"),
            ("uptime", "'=' is missing at the end (character 7)"),
            ("=x", "the name of a parameter is missing (character 1)"),
            ("ä=1", "the name of a parameter is missing (character 1)"),
            ("a=1,a=2", "a is there twice; a list is a=[one,two]"),
            ("a=1,", "a value is missing (character 5)"),
            ("a=1,,b=2", "the name of a parameter is missing (character 5)"),
            ("a=[1,2", "',' is missing at the end (character 7)"),
            ("a=\"x", "the quote \" is not closed (character 3)"),
            (
                "a={b=c}",
                "the value of a is an object, not a text or a list of texts",
            ),
            (
                "a=[[1]]",
                "'[' begins something in a list that is no text (character 4)",
            ),
            ("a@=file://x", "values from files (@=) are not read (character 2)"),
            ("a=x'y'", "',' is missing before ''' (character 4)"),
        ] {
            assert_eq!(parse(text).unwrap_err(), why, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn nothing_makes_it_panic_or_hang(text in "[a-c='\"\\[\\]{},@ \\\\é]{0,30}") {
            let _read_or_refused = parse(&text);
        }

        #[test]
        fn quoted_values_arrive_whole(values in proptest::collection::vec("\\PC{0,12}", 1..4)) {
            let quoted = values.iter().map(|value| {
                format!("\"{}\"", value.replace('\\', "\\\\").replace('"', "\\\""))
            });
            let text = format!("a=[{}]", quoted.collect::<Vec<_>>().join(","));
            proptest::prop_assert_eq!(parse(&text), Ok(vec![("a".to_owned(), values)]));
        }
    }
}
