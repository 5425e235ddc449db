pub(super) fn fill(_c: &mut super::Catalogue) {}
