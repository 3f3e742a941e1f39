"""The layout of online features: `feature_layout.json`, its keys and fields, and how a hash is read."""
