"""The scoring service without its cloud: features, model, rules, decisions; `running.serve` takes the edges."""
