"""Light over time: relit scenes and what fades into what."""
