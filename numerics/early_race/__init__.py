"""The early race: every neuron's flow from its initial weights, composed of closed forms between gate events."""
