-- Who did what a notice tells: they need not be told. Empty where it is not known.
ALTER TABLE notices ADD COLUMN actor TEXT NOT NULL DEFAULT '';
