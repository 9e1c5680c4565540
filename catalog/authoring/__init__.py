"""Writing records: skeletons, the canonical layout, mechanical mending, and what editors are told of the format."""
