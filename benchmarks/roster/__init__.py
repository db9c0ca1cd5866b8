"""How cheap and how close the shift engine's weeks are: published and made instances, samples, and peers on the same demand."""
