"""Rigorous enclosures of a flow: an untrusted trajectory is proposed, and proved in exact integers and balls."""
