//! A mock Kafka as a process of its own.

use tests::mock_kafka::MockKafka;

/// Topic of all records.
pub const TOPIC: &str = "bench";
/// Its partitions, all led by the only broker.
const LEADERS: [i32; 4] = [1; 4];

/// Prints the address and serves until it is killed.
pub fn serve() -> ! {
    let kafka = MockKafka::start(1);
    kafka.create_topic(TOPIC, &LEADERS);
    println!("kafka {}", kafka.bootstrap());
    loop {
        std::thread::park();
    }
}
