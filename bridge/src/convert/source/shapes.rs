//! Schemas of JSON objects, found again without making them anew.
//!
//! An object is walked field by field through states that remember which field followed last time,
//! so objects of one shape end at one schema, the same `Arc` each time, and a steady stream makes
//! neither schemas nor names. Invariants: a state has one way for each name and shape; what is held
//! stays within [`Limits`], whatever comes, and is dropped as a whole, between messages only.

use std::collections::{HashMap, HashSet};
use std::hash::{BuildHasher, RandomState};
use std::sync::Arc;

use connect::data::{ConnectError, Field, Schema, Shape as SchemaShape};

/// Which conventions of the original converters an inferred schema follows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Rules {
    /// Whether scalars other than null may be null.
    pub(super) optional_scalars: bool,
    /// Whether structs have the name as it is, or with `_` for each `/`.
    pub(super) raw_names: bool,
}

/// How much is remembered before all is forgotten.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// States, schemas and the fields of schemas together.
    pub(super) entries: usize,
    /// Bytes of names.
    pub(super) name_bytes: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { entries: 100_000, name_bytes: 1 << 20 }
    }
}

/// A shape: values of one shape have one schema.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Shape(usize);

/// A place within an object: the fields so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct State(usize);

#[derive(Debug)]
struct StateData {
    predecessor: Predecessor,
    /// The state after the field that came next last time.
    next: Option<State>,
    /// The shape of an object that ends here.
    ended: Option<Shape>,
}

#[derive(Debug)]
enum Predecessor {
    /// An object begins, under this name.
    Begin(Arc<str>),
    /// Through a field.
    Field { before: State, name: Arc<str>, shape: Shape },
}

/// All shapes that one converter has seen.
#[derive(Debug)]
pub(super) struct Shapes {
    rules: Rules,
    limits: Limits,
    schemas: Vec<Arc<Schema>>,
    arrays: HashMap<Shape, Shape>,
    begins: HashMap<Arc<str>, State>,
    states: Vec<StateData>,
    /// States by the hash of what leads to them.
    ways: HashMap<u64, Vec<State>>,
    hasher: RandomState,
    names: HashSet<Arc<str>>,
    name_bytes: usize,
    /// As [`Limits::entries`] counts.
    entries: usize,
}

impl Shapes {
    pub(super) const NULL: Shape = Shape(0);
    pub(super) const BOOLEAN: Shape = Shape(1);
    pub(super) const INTEGER: Shape = Shape(2);
    pub(super) const DOUBLE: Shape = Shape(3);
    pub(super) const TEXT: Shape = Shape(4);

    pub(super) fn new(rules: Rules, limits: Limits) -> Self {
        Self {
            rules,
            limits,
            schemas: scalars(rules),
            arrays: HashMap::new(),
            begins: HashMap::new(),
            states: Vec::new(),
            ways: HashMap::new(),
            hasher: RandomState::new(),
            names: HashSet::new(),
            name_bytes: 0,
            entries: 0,
        }
    }

    /// Forgets everything if there is too much of it. Shapes and states from before are void.
    pub(super) fn before_message(&mut self) {
        if self.entries > self.limits.entries || self.name_bytes > self.limits.name_bytes {
            *self = Self::new(self.rules, self.limits);
        }
    }

    /// The schema of a shape.
    pub(super) fn schema(&self, shape: Shape) -> Arc<Schema> {
        // A shape comes from here, so its schema is here.
        self.schemas.get(shape.0).map_or_else(Schema::optional_string, Arc::clone)
    }

    /// The shape of a list whose first element has this one.
    pub(super) fn array(&mut self, element: Shape) -> Shape {
        if let Some(known) = self.arrays.get(&element) {
            return *known;
        }
        let schema = Schema::array(self.schema(element)).optional();
        let shape = self.add_schema(schema);
        self.arrays.insert(element, shape);
        shape
    }

    /// Begins an object that stands under a name.
    pub(super) fn begin(&mut self, name: &str) -> State {
        if let Some(known) = self.begins.get(name) {
            return *known;
        }
        let name = self.name(name);
        let state = self.add_state(Predecessor::Begin(Arc::clone(&name)));
        self.begins.insert(name, state);
        state
    }

    /// Goes on by a field.
    pub(super) fn field(&mut self, state: State, name: &str, shape: Shape) -> State {
        let last = self.states.get(state.0).and_then(|it| it.next);
        if let Some(last) = last.filter(|last| self.is_way(*last, state, name, shape)) {
            return last;
        }
        let hash = self.hasher.hash_one((state, name, shape));
        let known = self.ways.get(&hash).into_iter().flatten().copied();
        let known = known.into_iter().find(|way| self.is_way(*way, state, name, shape));
        let next = known.unwrap_or_else(|| {
            let name = self.name(name);
            let next = self.add_state(Predecessor::Field { before: state, name, shape });
            self.ways.entry(hash).or_default().push(next);
            next
        });
        if let Some(data) = self.states.get_mut(state.0) {
            data.next = Some(next);
        }
        next
    }

    /// Ends an object. Fails where names repeat or are empty.
    pub(super) fn end(&mut self, state: State) -> Result<Shape, ConnectError> {
        if let Some(known) = self.states.get(state.0).and_then(|it| it.ended) {
            return Ok(known);
        }
        let mut fields = Vec::new();
        let mut at = state;
        let name = loop {
            match self.states.get(at.0).map(|it| &it.predecessor) {
                Some(Predecessor::Field { before, name, shape }) => {
                    fields.push(Field::new(Arc::clone(name), self.schema(*shape)));
                    at = *before;
                }
                Some(Predecessor::Begin(name)) => break self.struct_name(name),
                None => return Err(ConnectError::data("an object without a beginning")),
            }
        };
        fields.reverse();
        let shape = self.add_schema(Schema::structure(fields)?.named(name));
        if let Some(data) = self.states.get_mut(state.0) {
            data.ended = Some(shape);
        }
        Ok(shape)
    }

    fn struct_name(&self, name: &str) -> String {
        if self.rules.raw_names {
            name.to_owned()
        } else {
            name.replace('/', "_")
        }
    }

    fn is_way(&self, way: State, from: State, by: &str, of: Shape) -> bool {
        match self.states.get(way.0).map(|it| &it.predecessor) {
            Some(Predecessor::Field { before, name, shape }) => {
                *before == from && *shape == of && **name == *by
            }
            Some(Predecessor::Begin(_)) | None => false,
        }
    }

    fn name(&mut self, name: &str) -> Arc<str> {
        if let Some(known) = self.names.get(name) {
            return Arc::clone(known);
        }
        let new: Arc<str> = name.into();
        self.name_bytes += name.len();
        self.names.insert(Arc::clone(&new));
        new
    }

    fn add_state(&mut self, predecessor: Predecessor) -> State {
        self.entries += 1;
        self.states.push(StateData { predecessor, next: None, ended: None });
        State(self.states.len() - 1)
    }

    fn add_schema(&mut self, schema: Schema) -> Shape {
        debug_assert!(matches!(schema.shape, SchemaShape::Array(_) | SchemaShape::Struct(_)));
        self.entries += 1 + schema.fields().len();
        self.schemas.push(Arc::new(schema));
        Shape(self.schemas.len() - 1)
    }
}

/// The schemas of the shapes that are always there, in their order.
fn scalars(rules: Rules) -> Vec<Arc<Schema>> {
    let null = Schema::optional_string();
    if rules.optional_scalars {
        let boolean = Schema::optional_boolean();
        let text = Schema::optional_string();
        vec![null, boolean, Schema::optional_int64(), Schema::optional_float64(), text]
    } else {
        vec![null, Schema::boolean(), Schema::int64(), Schema::float64(), Schema::string()]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RULES: Rules = Rules { optional_scalars: true, raw_names: false };

    fn shapes(limits: Limits) -> Shapes {
        Shapes::new(RULES, limits)
    }

    fn object(shapes: &mut Shapes, fields: &[(&str, Shape)]) -> Result<Shape, ConnectError> {
        let begin = shapes.begin("a/b");
        let end = fields.iter().fold(begin, |at, (name, of)| shapes.field(at, name, *of));
        shapes.end(end)
    }

    #[test]
    fn one_shape_is_one_schema_even_when_others_come_between() {
        let mut shapes = shapes(Limits::default());
        let (x, y) = (("x", Shapes::INTEGER), ("y", Shapes::TEXT));
        let both = object(&mut shapes, &[x, y]).unwrap();
        let swapped = object(&mut shapes, &[y, x]).unwrap();
        let one = object(&mut shapes, &[x]).unwrap();
        let null = object(&mut shapes, &[x, ("y", Shapes::NULL)]).unwrap();
        for _ in 0..3 {
            assert_eq!(object(&mut shapes, &[x, y]).unwrap(), both);
            assert_eq!(object(&mut shapes, &[x]).unwrap(), one);
            assert_eq!(object(&mut shapes, &[y, x]).unwrap(), swapped);
            assert_eq!(object(&mut shapes, &[x, ("y", Shapes::NULL)]).unwrap(), null);
        }
        assert_eq!(shapes.schemas.len(), 5 + 4);
        let schema = shapes.schema(both);
        assert_eq!(schema.name.as_deref(), Some("a_b"));
        let names: Vec<&str> = schema.fields().iter().map(|field| &*field.name).collect();
        assert_eq!(names, ["x", "y"]);
        assert!(Arc::ptr_eq(&schema, &shapes.schema(both)));
        let list = shapes.array(both);
        assert_eq!(shapes.array(both), list);
        assert_eq!(*shapes.schema(list), Schema::array(schema).optional());
    }

    #[test]
    fn a_name_comes_once_and_is_not_empty() {
        let mut shapes = shapes(Limits::default());
        let x = ("x", Shapes::INTEGER);
        let twice = object(&mut shapes, &[x, x]).unwrap_err();
        assert_eq!(twice.message, "Cannot create field because of field name duplication x");
        let empty = object(&mut shapes, &[("", Shapes::NULL)]).unwrap_err();
        assert_eq!(empty.message, "fieldName cannot be null.");
    }

    fn counted(shapes: &Shapes) -> usize {
        let fields: usize = shapes.schemas.iter().map(|it| it.fields().len()).sum();
        shapes.states.len() + shapes.schemas.len() - 5 + fields
    }

    #[test]
    fn memory_is_bounded_whatever_comes() {
        let limits = Limits { entries: 100, name_bytes: 1000 };
        let mut shapes = shapes(limits);
        let wide: Vec<String> = (0..20).map(|i| format!("f{i}")).collect();
        for i in 0..10_000 {
            shapes.before_message();
            let name = format!("field {i}");
            // Only the last field is new, and the schema has all of them.
            let names = wide.iter().take(i % 20).map(String::as_str).chain([&*name]);
            let fields: Vec<_> = names.map(|name| (name, Shapes::INTEGER)).collect();
            let shape = object(&mut shapes, &fields).unwrap();
            assert_eq!(shapes.schema(shape).fields().len(), fields.len());
            // The message that goes over a limit is the last one before all is forgotten.
            assert!(shapes.entries <= limits.entries + 2 * (fields.len() + 1));
            assert!(shapes.name_bytes <= limits.name_bytes + name.len() + 70);
            assert_eq!(shapes.entries, counted(&shapes));
            assert!(shapes.ways.len() <= shapes.states.len());
        }
    }
}
