"""The flow of many small networks of one shape in double precision: compiled Taylor steps, events and sliding."""
