"""The site: the built file served by Datasette, with our pages, guards and change of release."""
