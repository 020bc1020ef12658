"""Writers of logs in the formats that real exporters use, each a pure function to bytes."""
