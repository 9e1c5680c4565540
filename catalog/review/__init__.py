"""Reviewing: what a change of the records changes, which addresses still answer, and when each record was last touched.

Stands beside the stages: everything here reads what they return (or git, or the network) and none of them reads this.
Nothing here writes below `data/`.
"""
