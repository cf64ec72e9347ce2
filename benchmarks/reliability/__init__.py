"""How reliable the service is: real `matcher serve` processes on loopback are killed, overloaded and fed nonsense."""
