"""Wide networks in double precision: residuals frozen in short windows, exact gate events inside them."""
