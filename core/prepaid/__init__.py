"""What is bought ahead: packs of sessions, the seats they hold, and monthly plans."""
