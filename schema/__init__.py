"""The GraphQL vocabulary: types, inputs, results. Opens no connection."""
