"""Critics: they score the candidates of each bar while a solo is sampled."""
