"""What a person has sent from here: a captured request again, changed or not, or a call of their own.

What goes out is a value, `Call`; building it is pure (boundary, endpoint), sending it happens in one place
(sending), and whatever was sent and came back is a new exchange of a capture.
"""
