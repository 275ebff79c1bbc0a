"""Root fields, loaders and failures: GraphQL to services and back."""
