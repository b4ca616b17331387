"""Critics: they judge the candidates of each bar while a solo is sampled."""
