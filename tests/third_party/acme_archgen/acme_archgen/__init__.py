"""What Acme adds to archgen: folders of a blueprint and of services, which archgen finds by their entry points."""
