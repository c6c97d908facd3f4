//! Sections by name, in the order in which they first appear.

use std::collections::HashMap;

use crate::section::Section;

#[derive(Debug, Default)]
pub(crate) struct SectionsByName {
    sections: Vec<Section>,
    places: HashMap<String, usize>,
}

impl SectionsByName {
    pub(crate) fn all(&self) -> &[Section] {
        &self.sections
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Section> {
        self.sections.get(*self.places.get(name)?)
    }

    /// A section takes the place of an earlier one with the same name: nothing of that is left but its problem.
    pub(crate) fn replace(&mut self, section: Section) {
        match self.get_mut(&section.name) {
            Some(earlier) => {
                let problem = section.problem.or_else(|| earlier.problem.take());
                *earlier = Section { problem, ..section };
            }
            None => self.push(section),
        }
    }

    /// The settings of a section are added to those of an earlier one with the same name, and win.
    pub(crate) fn merge(&mut self, section: Section) {
        match self.get_mut(&section.name) {
            Some(earlier) => {
                earlier.take_over(section.settings);
                earlier.problem = earlier.problem.take().or(section.problem);
            }
            None => self.push(section),
        }
    }

    fn get_mut(&mut self, name: &str) -> Option<&mut Section> {
        self.sections.get_mut(*self.places.get(name)?)
    }

    fn push(&mut self, section: Section) {
        self.places.insert(section.name.clone(), self.sections.len());
        self.sections.push(section);
    }
}
