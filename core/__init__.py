"""The booking business. Imports the standard library and sqlalchemy, nothing else."""
