"""The bridge without its cloud: source, sorting, forwarding; `running.forward` takes the edges."""
