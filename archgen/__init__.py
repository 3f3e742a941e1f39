"""archgen: from a business requirement to a proved Pulumi program, its pictures and its reasoning."""

__version__ = "0.1.0"
