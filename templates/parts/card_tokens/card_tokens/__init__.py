"""Card numbers become keyed tokens on arrival; one in any other place is refused, and repeated nowhere."""
