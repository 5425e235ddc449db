//! Single message transforms and predicates, one file each. Empty until the first one arrives: the
//! pipeline already has the place in its chain where they will run.
