"""One module per command, with the command under the module's name. Nothing is listed: modules are walked."""
