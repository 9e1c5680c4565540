"""The commit of an archive: `git archive` writes it here (.gitattributes); in a checkout git itself is asked."""

ARCHIVED = "$Format:%H$"
