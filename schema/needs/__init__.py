"""What nested fields need to read, by noun: each Protocol is met by resolvers/loaders."""
