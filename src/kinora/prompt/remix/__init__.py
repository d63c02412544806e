"""Words about a plan that is there already: remixes and extensions."""
