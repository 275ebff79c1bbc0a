"""Money, rates, clock, identifiers, city, settings, errors: what every floor may rely on."""
