//! Single message transforms and predicates, one file each: they will run between conversion and
//! encoding, where the pipeline has their place in its chain. None exists yet.
