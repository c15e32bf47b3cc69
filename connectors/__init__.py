"""How to talk to one provider each, behind one contract."""
