"""The Deep Learning Catalog: YAML records, checked, loaded into one SQLite file and published with Datasette.

Importing the package imports nothing else; see docs/architecture.md for the stages.
"""

__version__ = "0.1.0"
