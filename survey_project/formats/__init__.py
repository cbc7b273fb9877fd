"""How dates are written where Django's own way would do no good; every page writes them with these formats."""
